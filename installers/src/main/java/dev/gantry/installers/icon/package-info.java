/// The program's icon, drawn, in the formats that systems want.
@NullMarked
package dev.gantry.installers.icon;

import org.jspecify.annotations.NullMarked;
