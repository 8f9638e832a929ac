/// Kernels in vector code: pieces are widened into f32 scratch that stays in the first cache, computed there, and
/// narrowed on the way out, so that one loop serves every storage type.
///
/// Rules that keep this fast (measured on JDK 25): species in static finals; no vector in a field, a lambda or an
/// array; methods that return vectors are tiny and static, so that they are inlined; reductions carry four
/// accumulators. Rules that keep the bits: tiles are cut from shapes alone, and partial sums are added in the order of
/// the tiles.
@NullMarked
package dev.gantry.engine.cpu.kernels.vector;

import org.jspecify.annotations.NullMarked;
