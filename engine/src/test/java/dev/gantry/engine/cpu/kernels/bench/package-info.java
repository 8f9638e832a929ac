/// Benchmarks of the hot kernels, not part of the test run: `org.openjdk.jmh.Main NAME` on the test class path.
@NullMarked
package dev.gantry.engine.cpu.kernels.bench;

import org.jspecify.annotations.NullMarked;
