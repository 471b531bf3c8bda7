# Stand-in for the ASP.NET Core runtime image: Debian and the shared runtimes of this machine's .NET (the build context is its folder).
FROM debian:bookworm-slim
COPY dotnet /usr/share/dotnet/
COPY host /usr/share/dotnet/host/
COPY shared /usr/share/dotnet/shared/
ENV APP_UID=1654 \
    ASPNETCORE_HTTP_PORTS=8080 \
    DOTNET_RUNNING_IN_CONTAINER=true
RUN ln -s /usr/share/dotnet/dotnet /usr/bin/dotnet \
    && groupadd --gid=$APP_UID app \
    && useradd --no-log-init --uid=$APP_UID --gid=$APP_UID --create-home app
