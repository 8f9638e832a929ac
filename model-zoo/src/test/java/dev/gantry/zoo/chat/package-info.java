@NullMarked
package dev.gantry.zoo.chat;

import org.jspecify.annotations.NullMarked;
