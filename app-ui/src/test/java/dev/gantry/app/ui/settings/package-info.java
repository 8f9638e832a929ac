@NullMarked
package dev.gantry.app.ui.settings;

import org.jspecify.annotations.NullMarked;
