/// The Runs screen: what trains, what trained, and what can be asked of it.
@NullMarked
package dev.gantry.app.ui.runs;

import org.jspecify.annotations.NullMarked;
