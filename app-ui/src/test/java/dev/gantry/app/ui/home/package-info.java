@NullMarked
package dev.gantry.app.ui.home;

import org.jspecify.annotations.NullMarked;
