/// The Serve screen: a model and its adapters for other programs on this machine, switched on and off.
@NullMarked
package dev.gantry.app.ui.serve;

import org.jspecify.annotations.NullMarked;
