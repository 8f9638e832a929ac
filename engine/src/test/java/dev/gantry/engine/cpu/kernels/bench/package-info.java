/// Benchmarks of the hot kernels; not part of the test run. `docs/performance.md` says how to start them.
@NullMarked
package dev.gantry.engine.cpu.kernels.bench;

import org.jspecify.annotations.NullMarked;
