/// Says before the start whether a job fits, what binds it and how long it takes.
@NullMarked
package dev.gantry.offload.plan;

import org.jspecify.annotations.NullMarked;
