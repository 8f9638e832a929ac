/// Tokenised examples: encoding, the cache on disk, lengths, the choice of held-back rows.
@NullMarked
package dev.gantry.lora.data.tokens;

import org.jspecify.annotations.NullMarked;
