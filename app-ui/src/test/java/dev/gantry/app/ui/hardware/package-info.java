@NullMarked
package dev.gantry.app.ui.hardware;

import org.jspecify.annotations.NullMarked;
