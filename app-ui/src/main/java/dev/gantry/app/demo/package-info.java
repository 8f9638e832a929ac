/// The main job from beginning to end on what the program brings along.
@NullMarked
package dev.gantry.app.demo;

import org.jspecify.annotations.NullMarked;
