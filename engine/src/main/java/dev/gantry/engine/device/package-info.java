/// The devices of a machine: which one a job computes on, and how it is opened.
@NullMarked
package dev.gantry.engine.device;

import org.jspecify.annotations.NullMarked;
