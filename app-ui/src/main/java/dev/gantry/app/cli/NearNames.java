package dev.gantry.app.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// Finds the names that somebody who typed another one may have meant.
final class NearNames {
    private static final int MOST = 3;

    private record Near(String name, int distance) {}

    private NearNames() {}

    /// At most three of `names`, nearest first: those that begin with what was typed, or differ from it in few letters.
    static List<String> of(String typed, Collection<String> names) {
        String wanted = typed.toLowerCase(Locale.ROOT);
        int allowed = Math.max(1, wanted.length() / 3);
        return names.stream()
                .distinct()
                .map(name -> new Near(name, distance(wanted, name.toLowerCase(Locale.ROOT))))
                .filter(near -> near.distance <= allowed || begins(wanted, near.name))
                .sorted(Comparator.comparingInt(Near::distance).thenComparing(Near::name))
                .limit(MOST)
                .map(Near::name)
                .toList();
    }

    /// `did you mean A, B or C? ` with a space behind it, or nothing.
    static String question(String typed, Collection<String> names) {
        List<String> near = of(typed, names);
        if (near.isEmpty()) {
            return "";
        }
        String last = near.getLast();
        return "did you mean "
                + (near.size() == 1 ? last : String.join(", ", near.subList(0, near.size() - 1)) + " or " + last)
                + "? ";
    }

    private static boolean begins(String wanted, String name) {
        return wanted.length() >= 2 && name.toLowerCase(Locale.ROOT).startsWith(wanted);
    }

    /// Letters to add, leave out, change or swap with their neighbour until `a` reads `b` (Damerau and Levenshtein's
    /// distance, no part of the text touched twice).
    private static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                d[i][j] = Math.min(d[i - 1][j - 1] + change, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
