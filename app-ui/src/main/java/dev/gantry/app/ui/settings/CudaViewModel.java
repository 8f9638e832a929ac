package dev.gantry.app.ui.settings;

import dev.gantry.app.machine.CudaFolder;
import dev.gantry.app.machine.CudaPackages;
import dev.gantry.app.machine.MachineReport;
import dev.gantry.app.ui.shell.Services;
import java.util.function.Function;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import org.jspecify.annotations.Nullable;

/// What is here of CUDA, what would get the rest, and the folder that the user names for its libraries.
final class CudaViewModel {
    private final Services services;
    private final Function<String, MachineReport.Cuda> probe;
    private final StringProperty folder;
    private final ReadOnlyObjectWrapper<MachineReport.@Nullable Cuda> found = new ReadOnlyObjectWrapper<>();
    private final ReadOnlyStringWrapper fault = new ReadOnlyStringWrapper("");
    private final ReadOnlyBooleanWrapper looking = new ReadOnlyBooleanWrapper();

    /// The folder of the last look, as it was written; null before the first.
    private @Nullable String lookedAt;

    /// @param probe looks at the machine with a folder of the user's; takes up to a second
    CudaViewModel(Services services, Function<String, MachineReport.Cuda> probe) {
        this.services = services;
        this.probe = probe;
        folder = new SimpleStringProperty(services.preferences().current().value(CudaFolder.SETTING, ""));
    }

    private record Looked(@Nullable CudaFolder folder, MachineReport.Cuda cuda) {}

    /// Looks again, with the folder as it is written now.
    void look() {
        if (looking.get()) {
            return;
        }
        String written = folder.get().strip();
        lookedAt = written;
        looking.set(true);
        services.tasks()
                .task(
                        services.texts().get("settings.cuda.looking"),
                        progress -> new Looked(
                                written.isEmpty() ? null : CudaFolder.ofSetting(written), probe.apply(written)))
                .onDone(looked -> take(written, looked))
                .onEnd(this::ended)
                .start();
    }

    /// Keeps a folder that is there; what is none is said and not kept.
    private void take(String written, Looked looked) {
        CudaFolder named = looked.folder();
        fault.set(named == null ? "" : services.texts().sentence(named.fault()));
        if (named == null || named.path() != null) {
            services.preferences().change(now -> now.withValue(CudaFolder.SETTING, written));
        }
        found.set(looked.cuda());
    }

    private void ended() {
        looking.set(false);
        applyFolder();
    }

    /// Looks into the folder that was written, unless that was done.
    void applyFolder() {
        if (!folder.get().strip().equals(lookedAt)) {
            look();
        }
    }

    void chooseFolder() {
        services.host()
                .chooseFolder(services.texts().get("settings.cuda.folder"))
                .ifPresent(chosen -> {
                    folder.set(chosen.toString());
                    applyFolder();
                });
    }

    void copy(CudaPackages.Offer offer) {
        services.host().copy(offer.command());
        services.notices().info(services.texts().get("settings.copied"));
    }

    StringProperty folderProperty() {
        return folder;
    }

    /// Why nothing comes of the folder, in the user's language; empty when libraries lie there or none is named.
    ReadOnlyStringProperty faultProperty() {
        return fault.getReadOnlyProperty();
    }

    /// Null before the first look.
    ReadOnlyObjectProperty<MachineReport.@Nullable Cuda> foundProperty() {
        return found.getReadOnlyProperty();
    }

    ReadOnlyBooleanProperty lookingProperty() {
        return looking.getReadOnlyProperty();
    }
}
