package dev.gantry.engine.cuda;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What was found of CUDA on this machine.
///
/// @param driver the newest version of CUDA that the driver runs, or null without a driver that starts
/// @param detail in one sentence what is here, or what is missing and what to do
/// @param cards all that the driver names, the old ones too
/// @param parts the driver, then the libraries in the order of the tiers; what was not looked for is left out
public record CudaReport(
        CudaTier tier, @Nullable CudaVersion driver, String detail, List<Card> cards, List<Part> parts) {

    public CudaReport {
        cards = List.copyOf(cards);
        parts = List.copyOf(parts);
    }

    /// One card.
    public record Card(int ordinal, String name, long memoryBytes, ComputeCapability capability) {}

    /// One library.
    ///
    /// @param path as it was opened, or null when there is none
    /// @param version its own words, such as `13.0`; empty when there is none
    /// @param detail where it is, or what is wrong and what to do
    public record Part(String name, State state, @Nullable String path, String version, String detail) {}

    /// Whether a library can be used.
    public enum State {
        FOUND,
        MISSING,
        /// There, and of no use: too new for the driver, or not what its name says.
        UNFIT
    }

    /// The path of a part that was found, or null.
    public @Nullable String pathOf(String name) {
        return parts.stream()
                .filter(part -> part.name().equals(name) && part.state() == State.FOUND)
                .map(Part::path)
                .findFirst()
                .orElse(null);
    }
}
