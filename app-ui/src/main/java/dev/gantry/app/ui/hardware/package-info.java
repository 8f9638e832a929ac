/// The Hardware screen: what this machine has, how fast it is, what is missing.
@NullMarked
package dev.gantry.app.ui.hardware;

import org.jspecify.annotations.NullMarked;
