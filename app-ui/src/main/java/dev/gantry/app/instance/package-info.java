/// One window for each home folder.
@NullMarked
package dev.gantry.app.instance;

import org.jspecify.annotations.NullMarked;
