@NullMarked
package dev.gantry.app.ui.chat;

import org.jspecify.annotations.NullMarked;
