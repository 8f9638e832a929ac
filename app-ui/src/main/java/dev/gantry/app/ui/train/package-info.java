/// The Train screen: everything a run can be told, and what it will take, before it starts.
@NullMarked
package dev.gantry.app.ui.train;

import org.jspecify.annotations.NullMarked;
