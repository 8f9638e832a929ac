/// What is in a package that others made, under which licence, and where its text lies.
@NullMarked
package dev.gantry.installers.licence;

import org.jspecify.annotations.NullMarked;
