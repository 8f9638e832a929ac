package dev.gantry.zoo.generate;

import java.util.List;

/// Lets text through until one of the stop strings appears, holding back what could be the beginning of one.
public final class StopStringFilter {
    private final List<String> stops;
    private final StringBuilder held = new StringBuilder();
    private boolean stopped;

    /// @param stops texts that end the answer; empty ones are ignored
    public StopStringFilter(List<String> stops) {
        this.stops = stops.stream().filter(stop -> !stop.isEmpty()).toList();
    }

    /// Takes more text and returns what may be shown: never part of a stop string, nothing after one.
    public String next(String text) {
        if (stopped) {
            return "";
        }
        held.append(text);
        int first = held.length();
        for (String stop : stops) {
            int at = held.indexOf(stop);
            if (at >= 0 && at < first) {
                first = at;
                stopped = true;
            }
        }
        return release(stopped ? first : held.length() - possibleBeginning());
    }

    /// Whether a stop string has appeared.
    public boolean stopped() {
        return stopped;
    }

    /// What was held back and turned out to be ordinary text.
    public String finish() {
        return stopped ? "" : release(held.length());
    }

    private String release(int length) {
        String out = held.substring(0, length);
        held.delete(0, stopped ? held.length() : length);
        return out;
    }

    /// Length of the longest end of the held text that a stop string begins with.
    private int possibleBeginning() {
        int longest = 0;
        for (String stop : stops) {
            for (int length = Math.min(stop.length() - 1, held.length()); length > longest; length--) {
                if (held.indexOf(stop.substring(0, length), held.length() - length) >= 0) {
                    longest = length;
                }
            }
        }
        return longest;
    }
}
