@NullMarked
package dev.gantry.zoo.chat.jinja;

import org.jspecify.annotations.NullMarked;
