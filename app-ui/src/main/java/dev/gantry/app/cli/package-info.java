/// The command line: one class a command, and the only place that writes to standard output.
@NullMarked
package dev.gantry.app.cli;

import org.jspecify.annotations.NullMarked;
