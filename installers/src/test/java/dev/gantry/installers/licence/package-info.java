@NullMarked
package dev.gantry.installers.licence;

import org.jspecify.annotations.NullMarked;
