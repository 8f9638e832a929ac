package dev.gantry.app.ui.control;

import dev.gantry.app.cli.GantryVersion;
import dev.gantry.engine.GantryException;
import java.io.PrintWriter;
import java.io.StringWriter;

/// The text of a failure for somebody who is to mend it.
public final class ErrorReport {
    private ErrorReport() {}

    /// What happened, on which system, and where in the program; the user's home folder is written as `~`.
    public static String of(GantryException failure) {
        StringWriter out = new StringWriter();
        PrintWriter lines = new PrintWriter(out);
        lines.println("code:       " + failure.code());
        lines.println("what:       " + failure.what());
        lines.println("why:        " + failure.why());
        lines.println("what to do: " + failure.nextStep());
        lines.println("gantry:     " + GantryVersion.current() + ", Java " + Runtime.version() + ", "
                + System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                + System.getProperty("os.arch"));
        failure.printStackTrace(lines);
        lines.flush();
        String home = System.getProperty("user.home");
        return home.length() > 1 ? out.toString().replace(home, "~") : out.toString();
    }
}
