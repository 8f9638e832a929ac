/// Markdown as blocks that can be shown one by one; nothing in it is ever loaded or run.
@NullMarked
package dev.gantry.app.chat.markdown;

import org.jspecify.annotations.NullMarked;
