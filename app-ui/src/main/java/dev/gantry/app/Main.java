package dev.gantry.app;

import dev.gantry.app.cli.GantryCli;
import dev.gantry.zoo.catalog.GantryHome;

/// Where the program starts.
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        StandardError.takeBack();
        OwnSession.begin();
        UnpackedLibraries.keepIn(GantryHome.current());
        GantryCli.run(args);
    }
}
