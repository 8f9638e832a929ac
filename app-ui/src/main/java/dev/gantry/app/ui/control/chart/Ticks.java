package dev.gantry.app.ui.control.chart;

import java.util.ArrayList;
import java.util.List;

/// Round numbers for the lines of an axis.
final class Ticks {
    private Ticks() {}

    /// Multiples of 1, 2 or 5 times a power of ten between two values, about as many as wanted.
    static List<Double> between(double low, double high, int about) {
        double rough = (high - low) / Math.max(1, about);
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double share = rough / power;
        double distance = power * (share < 1.5 ? 1 : share < 3.5 ? 2 : share < 7.5 ? 5 : 10);
        List<Double> ticks = new ArrayList<>();
        for (double at = Math.ceil(low / distance) * distance; at <= high + distance * 1e-9; at += distance) {
            ticks.add(Math.abs(at) < distance * 1e-9 ? 0 : at);
        }
        return ticks;
    }
}
