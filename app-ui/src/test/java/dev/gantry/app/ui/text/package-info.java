@NullMarked
package dev.gantry.app.ui.text;

import org.jspecify.annotations.NullMarked;
