@NullMarked
package dev.gantry.installers.icon;

import org.jspecify.annotations.NullMarked;
