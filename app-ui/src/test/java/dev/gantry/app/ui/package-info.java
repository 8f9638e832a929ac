@NullMarked
package dev.gantry.app.ui;

import org.jspecify.annotations.NullMarked;
