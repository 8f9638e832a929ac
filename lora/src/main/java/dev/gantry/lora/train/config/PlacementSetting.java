package dev.gantry.lora.train.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.gantry.engine.GantryException;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which parts of what a run holds live on which tier, as people write it: `auto`, or
/// `static(moments=0/0.5, masters=0/1)`. Never changes the numbers.
///
/// @param shares of each kind that was placed; the plan chooses for all others
public record PlacementSetting(Map<Held, Share> shares) {
    /// The plan chooses everything.
    public static final PlacementSetting AUTO = new PlacementSetting(Map.of());

    private static final String AUTO_NAME = "auto";
    private static final Pattern STATIC = Pattern.compile("static\\s*\\((.*)\\)");
    private static final Pattern NUMBER = Pattern.compile("\\d+(\\.\\d+)?");
    private static final Pattern PART = Pattern.compile("\\s*(\\w+)\\s*=\\s*([\\d.]+)\\s*(?:/\\s*([\\d.]+)\\s*)?");
    private static final double ROUNDING = 1e-9;

    /// What can be placed.
    public enum Held {
        /// What kernels compute with, of blocks that are trained.
        PARAMETERS,
        /// Sums of a step.
        GRADIENTS,
        /// The f32 values that updates add up in.
        MASTERS,
        /// Adam's two averages.
        MOMENTS,
        /// The residual stream between the blocks.
        BOUNDARIES,
        /// The frozen blocks beside an adapter.
        BLOCKS,
        /// The frozen head beside an adapter, which lives in one place.
        HEAD;

        public String written() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Fractions of a kind.
    ///
    /// @param host in host memory; what is on neither lives on disk
    public record Share(double device, double host) {
        /// Whether it says more than one place.
        boolean isDivided() {
            return device != Math.rint(device) || host != Math.rint(host);
        }

        private String written() {
            return plain(device) + "/" + plain(host);
        }

        private static String plain(double number) {
            return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
        }
    }

    public PlacementSetting {
        shares = Collections.unmodifiableMap(shares.isEmpty() ? Map.of() : new EnumMap<>(shares));
    }

    /// @throws GantryException when it is not written like that
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static PlacementSetting parse(String written) {
        String text = written.strip();
        if (text.equals(AUTO_NAME)) {
            return AUTO;
        }
        Matcher whole = STATIC.matcher(text);
        String parts = whole.matches() ? whole.group(1) : text;
        Map<Held, Share> shares = new EnumMap<>(Held.class);
        for (String part : parts.split(",", -1)) {
            Matcher matcher = PART.matcher(part);
            if (!matcher.matches()) {
                throw refused(written, "\"" + part.strip() + "\" does not say where a kind of values lives");
            }
            Held held = held(written, matcher.group(1));
            String host = matcher.group(3);
            Share share = new Share(fraction(written, matcher.group(2)), host == null ? 0 : fraction(written, host));
            if (share.device() + share.host() > 1 + ROUNDING) {
                throw refused(written, "the parts of " + held.written() + " are more than the whole");
            }
            if (held == Held.HEAD && share.isDivided()) {
                throw refused(written, "a head lives in one place: 1, 0/1 or 0/0");
            }
            if (shares.put(held, share) != null) {
                throw refused(written, held.written() + " comes twice");
            }
        }
        return new PlacementSetting(shares);
    }

    private static Held held(String written, String name) {
        for (Held held : Held.values()) {
            if (held.written().equals(name)) {
                return held;
            }
        }
        throw refused(written, "there are no " + name);
    }

    private static double fraction(String written, String number) {
        double value = NUMBER.matcher(number).matches() ? Double.parseDouble(number) : Double.NaN;
        if (!(value >= 0 && value <= 1)) {
            throw refused(written, number + " is no part of a whole");
        }
        return value;
    }

    private static GantryException refused(String written, String why) {
        return GantryException.usage(
                "CONFIG-PLACEMENT",
                "cannot understand the placement \"" + written + "\"",
                why,
                "Write auto, or the parts on device and host of each kind, such as"
                        + " static(masters=0/1, moments=0.25/0.5); what is on neither lives on disk. Kinds are parameters,"
                        + " gradients, masters, moments, boundaries, blocks, head.");
    }

    /// As it is read.
    @JsonValue
    @Override
    public String toString() {
        if (shares.isEmpty()) {
            return AUTO_NAME;
        }
        StringJoiner parts = new StringJoiner(", ", "static(", ")");
        shares.forEach((held, share) -> parts.add(held.written() + "=" + share.written()));
        return parts.toString();
    }
}
