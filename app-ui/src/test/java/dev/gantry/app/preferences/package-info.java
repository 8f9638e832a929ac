@NullMarked
package dev.gantry.app.preferences;

import org.jspecify.annotations.NullMarked;
