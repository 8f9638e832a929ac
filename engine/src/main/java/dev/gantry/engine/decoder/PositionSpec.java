package dev.gantry.engine.decoder;

/// How a model knows where a token stands.
public sealed interface PositionSpec {

    /// A table of vectors added to the embedding.
    ///
    /// @param positions rows of the table that count
    /// @param offset added to each position before the look-up (OPT: 2); the table has `positions + offset` rows
    record Learned(int positions, int offset) implements PositionSpec {}

    /// Rotation of queries and keys (Su et al. 2021), halves rotated against each other.
    ///
    /// @param theta base of the angles
    /// @param rotaryDim leading elements of a head that turn
    record Rotary(double theta, int rotaryDim, RotaryScaling scaling) implements PositionSpec {}

    /// A slope per head on the distance of key and query (Press, Smith, Lewis 2021).
    record Alibi() implements PositionSpec {}
}
