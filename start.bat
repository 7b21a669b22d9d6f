@echo off
rem Yishi on Windows: sets itself up, shows the site in the browser, and builds it again on every change.
rem Options are passed on: start.bat --content my-town --output my-town-site
rem This file is plain ASCII; what is said in Chinese stands in docs\windows, and is shown as UTF-8.
chcp 65001 >nul
setlocal
set PYTHONUTF8=1
cd /d "%~dp0"
set "OWN=.venv\Scripts\python.exe"

rem A Python of its own that still works: a folder that was moved or copied has one that does not.
if exist "%OWN%" "%OWN%" -c "import sys" >nul 2>nul && goto install

set "FOUND="
set "SUITS=import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))"
py -3 -c "%SUITS%" >nul 2>nul && set "FOUND=py -3"
if not defined FOUND python -c "%SUITS%" >nul 2>nul && set "FOUND=python"
if not defined FOUND goto no_python
%FOUND% -m venv --clear .venv || goto failed

:install
rem Packages are installed again only when the lists of them have changed.
fc /b pyproject.toml .venv\installed-pyproject.toml >nul 2>nul || goto packages
fc /b constraints.txt .venv\installed-constraints.txt >nul 2>nul && goto run

:packages
type docs\windows\setting-up.txt
"%OWN%" -m pip install --quiet --disable-pip-version-check -c constraints.txt -e . || goto failed
copy /y pyproject.toml .venv\installed-pyproject.toml >nul
copy /y constraints.txt .venv\installed-constraints.txt >nul

:run
"%OWN%" build.py serve --open %*
set "CODE=%errorlevel%"
if not "%CODE%"=="0" pause
exit /b %CODE%

:no_python
type docs\windows\no-python.txt
pause
exit /b 2

:failed
type docs\windows\failed.txt
pause
exit /b 1
