package dev.gantry.installers.licence;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// The licences under which something may be in a package, the one we would rather take first where there is a choice.
public enum Licence {
    APACHE_2("Apache-2.0", "Apache-2.0"),
    MIT("MIT", "MIT"),
    BSD_2("BSD-2-Clause", "BSD-2-Clause"),
    /// Also what the Eclipse Foundation calls its Distribution License.
    BSD_3("BSD-3-Clause", "EDL-1.0"),
    MPL_2("MPL-2.0", "MPL-2.0"),
    /// Java's own and JavaFX's: programs that use them may have any licence.
    GPL_2_CLASSPATH("GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0 with classpath exception"),
    /// Of the compiler's run-time libraries: programs that are compiled with it may have any licence.
    GPL_3_GCC("GPL-3.0-or-later WITH GCC-exception-3.1", "GPL-3.0 with the GCC runtime exception"),
    OFL("OFL-1.1", "SIL Open Font Licence 1.1"),
    ISC("ISC", "ISC"),
    UNICODE_3("Unicode-3.0", "Unicode License v3"),
    /// Of data: the list of authorities that certificates are checked by.
    CDLA_PERMISSIVE_2("CDLA-Permissive-2.0", "CDLA-Permissive-2.0"),
    IJG("IJG", "Independent JPEG Group License");

    private final String spdx;
    private final String words;

    Licence(String spdx, String words) {
        this.spdx = spdx;
        this.words = words;
    }

    /// The expression that tools know it by.
    public String spdx() {
        return spdx;
    }

    /// What docs/dependencies.md calls it.
    public String words() {
        return words;
    }

    /// The licences of an expression, all of which hold; empty when one of them is not allowed.
    static Optional<List<Licence>> all(String expression) {
        List<Licence> all = Stream.of(expression.split(" AND ", -1))
                .flatMap(spdx -> Stream.of(values()).filter(licence -> licence.spdx.equals(spdx)))
                .toList();
        return all.size() == expression.split(" AND ", -1).length ? Optional.of(all) : Optional.empty();
    }

    /// The best of those that a project file offers a choice of; empty when none of them is allowed.
    ///
    /// @param names as project files write them, each in its own way
    static Optional<Licence> best(List<String> names) {
        return names.stream().map(Licence::named).flatMap(Optional::stream).min(Comparator.naturalOrder());
    }

    private static Optional<Licence> named(String name) {
        return switch (name.toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9.+]+", " ")
                .strip()) {
            case "apache 2.0",
                    "apache license 2.0",
                    "apache license version 2.0",
                    "the apache license version 2.0",
                    "the apache software license version 2.0" -> Optional.of(APACHE_2);
            case "mit" -> Optional.of(MIT);
            case "bsd 2 clause", "bsd 2 clause license" -> Optional.of(BSD_2);
            case "bsd 3 clause", "eclipse distribution license v 1.0" -> Optional.of(BSD_3);
            case "mpl 2.0" -> Optional.of(MPL_2);
            case "gplv2+ce", "cddl + gplv2 with classpath exception" -> Optional.of(GPL_2_CLASSPATH);
            default -> Optional.empty();
        };
    }
}
