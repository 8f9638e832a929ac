/// Conversations with models, whoever shows them: what was said, who answers, what is kept and written out.
@NullMarked
package dev.gantry.app.chat;

import org.jspecify.annotations.NullMarked;
