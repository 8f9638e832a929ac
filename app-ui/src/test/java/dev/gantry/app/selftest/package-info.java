@NullMarked
package dev.gantry.app.selftest;

import org.jspecify.annotations.NullMarked;
