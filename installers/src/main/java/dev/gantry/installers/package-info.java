/// Makes what a person installs: the program, a Java run-time of its own, icons, and how each system shows them.
@NullMarked
package dev.gantry.installers;

import org.jspecify.annotations.NullMarked;
