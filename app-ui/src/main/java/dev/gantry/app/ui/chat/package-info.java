/// Talking to models: one answer at a time, or several side by side.
@NullMarked
package dev.gantry.app.ui.chat;

import org.jspecify.annotations.NullMarked;
