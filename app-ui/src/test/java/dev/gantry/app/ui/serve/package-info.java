@NullMarked
package dev.gantry.app.ui.serve;

import org.jspecify.annotations.NullMarked;
