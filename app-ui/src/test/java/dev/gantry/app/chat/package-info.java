@NullMarked
package dev.gantry.app.chat;

import org.jspecify.annotations.NullMarked;
