/// The server of `dev.gantry.app.server` as the window has it: in a process of its own, watched through its output.
/// Opens no socket.
@NullMarked
package dev.gantry.app.serving;

import org.jspecify.annotations.NullMarked;
