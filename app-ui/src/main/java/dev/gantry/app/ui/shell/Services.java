package dev.gantry.app.ui.shell;

import dev.gantry.app.library.CatalogAccess;
import dev.gantry.app.preferences.PreferenceStore;
import dev.gantry.app.run.RunMonitor;
import dev.gantry.app.serving.Serving;
import dev.gantry.app.ui.look.Theme;
import dev.gantry.app.ui.task.BackgroundTasks;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.zoo.catalog.GantryHome;
import java.time.Clock;
import javafx.beans.value.ObservableValue;

/// Everything a screen is given; tests build one with their own parts.
///
/// @param theme the colours that are shown now, for what is drawn on a canvas
/// @param catalog from background tasks only
/// @param runs what trains and waits, looked at from the window's start
/// @param serving the server that the window has, on or off
public record Services(
        Texts texts,
        ObservableValue<Theme> theme,
        BackgroundTasks tasks,
        Navigation navigation,
        Notices notices,
        HostSystem host,
        WindowStatus status,
        PreferenceStore preferences,
        CatalogAccess catalog,
        RunMonitor runs,
        Serving serving,
        GantryHome home,
        Clock clock) {}
