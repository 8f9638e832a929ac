@NullMarked
package dev.gantry.installers;

import org.jspecify.annotations.NullMarked;
