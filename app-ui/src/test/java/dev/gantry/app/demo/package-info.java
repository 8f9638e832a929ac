@NullMarked
package dev.gantry.app.demo;

import org.jspecify.annotations.NullMarked;
