@NullMarked
package dev.gantry.app.chat.markdown;

import org.jspecify.annotations.NullMarked;
