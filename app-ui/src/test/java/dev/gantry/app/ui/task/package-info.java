@NullMarked
package dev.gantry.app.ui.task;

import org.jspecify.annotations.NullMarked;
