@NullMarked
package dev.gantry.app.server;

import org.jspecify.annotations.NullMarked;
