@echo off
rem Starts Gantry: the window without arguments, a command with them.
rem GANTRY_JVM_OPTS adds JVM flags, GANTRY_HOME moves the data folder.
setlocal EnableExtensions DisableDelayedExpansion
set "APP=%~dp0"
if "%~1"=="" goto window
set "CP="
for %%J in (@JARS@) do call :add "%%J"
set "LEARNED="
if exist "%APP%classes.aot" set LEARNED="-XX:AOTCache=%APP%classes.aot" -Xlog:aot=off -Xlog:cds=off
"%APP%..\runtime\bin\java.exe" %LEARNED% @FLAGS@ %GANTRY_JVM_OPTS% -cp "%CP%" dev.gantry.app.Main %*
exit /b %ERRORLEVEL%

:window
start "" "%APP%..\Gantry.exe"
exit /b 0

:add
if defined CP set "CP=%CP%;"
set "CP=%CP%%APP%%~1"
exit /b 0
