package dev.gantry.engine.cpu.kernels;

import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.tensor.Matrix;

/// Checked look-up of table entries.
public final class TokenIds {
    private TokenIds() {}

    /// `ids[token] + idOffset`.
    ///
    /// @throws IndexOutOfBoundsException naming token and id when the table has no such entry
    public static int entry(Matrix ids, int token, int idOffset, int entries) {
        int entry = Elements.integer(ids, token) + idOffset;
        if (entry < 0 || entry >= entries) {
            throw new IndexOutOfBoundsException("id " + (entry - idOffset) + " of token " + token
                    + (idOffset == 0 ? "" : " plus offset " + idOffset) + " is outside the table of " + entries
                    + " entries");
        }
        return entry;
    }
}
