package dev.gantry.app;

import dev.gantry.app.cli.GantryCli;

/// Where the program starts.
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        StandardError.takeBack();
        OwnSession.begin();
        GantryCli.run(args);
    }
}
