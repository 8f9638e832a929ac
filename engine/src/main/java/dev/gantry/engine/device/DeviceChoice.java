package dev.gantry.engine.device;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a job is to compute on, as people write it: `auto`, `cpu`, `cuda` or `cuda:1`.
///
/// Each device has its own order of sums: the same job gives the same bits on one device, and other bits on another.
public sealed interface DeviceChoice {
    static DeviceChoice auto() {
        return new Auto();
    }

    static DeviceChoice cpu() {
        return new Cpu();
    }

    /// The first graphics card that can be used, else the processor.
    record Auto() implements DeviceChoice {}

    /// The processor.
    record Cpu() implements DeviceChoice {}

    /// An NVIDIA card.
    ///
    /// @param ordinal which one, from 0, in the driver's order
    record Cuda(int ordinal) implements DeviceChoice {}

    /// Empty for what is no such choice.
    static Optional<DeviceChoice> parse(String written) {
        return switch (written) {
            case "auto" -> Optional.of(auto());
            case "cpu" -> Optional.of(cpu());
            default -> {
                Matcher card = Written.CARD.matcher(written);
                yield card.matches()
                        ? Optional.of(new Cuda(card.group(1) == null ? 0 : Integer.parseInt(card.group(1))))
                        : Optional.empty();
            }
        };
    }

    /// How it is written; {@link #parse} reads it.
    default String written() {
        return switch (this) {
            case Auto _ -> "auto";
            case Cpu _ -> "cpu";
            case Cuda(int ordinal) -> "cuda:" + ordinal;
        };
    }

    /// The spelling of cards.
    final class Written {
        private static final Pattern CARD = Pattern.compile("cuda(?::(\\d{1,3}))?");

        private Written() {}
    }
}
