/// What a person is told when something fails, on a terminal and in the window alike.
@NullMarked
package dev.gantry.app.failure;

import org.jspecify.annotations.NullMarked;
